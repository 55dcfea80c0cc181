"""The panes: each is a unit of its widget, its keys and its background work. None knows another."""
