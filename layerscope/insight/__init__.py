"""Facts drawn from the table: the fate of every byte, waste, savings, rules."""
