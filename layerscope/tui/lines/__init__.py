"""From rows to styled lines: pure functions that know neither widgets nor the terminal."""
