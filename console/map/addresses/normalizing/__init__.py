"""Brings a text into the plain form that the readers expect: raw Telex and VNI, English, labels,
numbers in words, corrections in mid-sentence.

Changes the writing, never a name. Each module is a step of `parser.py`.
"""
