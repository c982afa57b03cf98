"""What is kept of students: everything held, who took it along, how it goes, and for how long it stays."""
