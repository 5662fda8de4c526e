"""The canvas: one version of a vistrail, drawn and edited with the mouse and the keyboard."""
