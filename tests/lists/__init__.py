"""Lists, searches and counts where there are a hundred thousand of everything."""
