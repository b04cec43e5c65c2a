"""The citizen's rights over what is kept of him: taken out whole, and the register of wishes."""
