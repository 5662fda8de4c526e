"""What the mouse does on the canvas: one object for each gesture."""
