"""The steps of the history, with the layers that they made."""
