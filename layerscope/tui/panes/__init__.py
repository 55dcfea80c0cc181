"""The panes: each has its widget, its keys and its background jobs. No pane knows another."""
