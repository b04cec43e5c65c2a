"""The words that an address is read with: tokens, spelling keys, word lists, known streets, and
words of a sentence that name no place.

Knows no ward and no grammar of streets. Start with `tokens.py`.
"""
