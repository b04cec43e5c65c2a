"""Words for people, (Vietnamese, English): a sentence for each code, the words of each set."""
