"""Text made safe, comparable and private: cleaning, folding, masking, telephone numbers, SMS
length. Knows nothing else of the domain. Start with `cleaning.py`.
"""
