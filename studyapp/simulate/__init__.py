"""Virtual participants: people made of numbers who walk the same pages as everybody else."""
