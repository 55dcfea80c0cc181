"""Analysis of the table: the fate of every byte, waste, savings, rules of the gate."""
