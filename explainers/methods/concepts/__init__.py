"""Methods that speak of concepts that people have words for."""
