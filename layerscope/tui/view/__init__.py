"""What is looked at, and how: the state beside the model, and the queries that make a screen of it. Without Textual."""
