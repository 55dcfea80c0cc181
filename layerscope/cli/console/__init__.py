"""Standard output for data, standard error for talk: progress, questions, errors and signals."""
