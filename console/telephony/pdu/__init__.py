"""SMS in PDU mode, from bytes to text and back (3GPP TS 23.038, 23.040). Knows no device. Start
with `decoding.py`.
"""
