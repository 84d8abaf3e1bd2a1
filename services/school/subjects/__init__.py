"""What rules elsewhere may name here, for the services that keep such rules."""
