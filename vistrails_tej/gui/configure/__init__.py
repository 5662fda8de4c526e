"""Configuration of one module: file lists, scripts, format fields."""
