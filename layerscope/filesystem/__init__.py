"""The table of file versions: all layers merged, every view a query."""
