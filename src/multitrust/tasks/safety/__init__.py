"""Safety tasks, one file each."""
