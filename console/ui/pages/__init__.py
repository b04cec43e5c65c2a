"""The pages of the window and the bars around them: layout and wiring only."""
