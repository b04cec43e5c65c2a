"""**Cài đặt**: every declared setting by section, and the importing of the city's data. The
sections follow from the declarations in `console.config`. Start with `page.py`.
"""
