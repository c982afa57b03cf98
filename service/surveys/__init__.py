"""Questions after a convening, sealed answers, and results that show nobody."""
