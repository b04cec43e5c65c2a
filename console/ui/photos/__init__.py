"""Pictures from outside. A child process decodes them, so that a hostile file cannot harm the
window. Start with `loading.py`; the child is `decoder_process.py`.
"""
