"""One file for each command: its options, the call of a room, the call of rendering."""
