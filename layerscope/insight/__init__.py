"""Facts drawn from the stack: the fate of every byte, waste, savings, rules."""
