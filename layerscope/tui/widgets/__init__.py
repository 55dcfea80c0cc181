"""The panes and bars of the explorer; each draws what it is given and says what was done to it."""
