"""What the rooms hand to one another, told as data: the tables, their columns, their versions."""
