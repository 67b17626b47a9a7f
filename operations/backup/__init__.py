"""Back-ups of everything that the portal cannot make again, in a form of no database's own."""
