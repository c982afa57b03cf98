"""What goes on paper: sheets for typst, the structs that fill them, and the rows of what is owed and made."""
