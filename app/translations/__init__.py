"""The words of the pages in French, a file per room, and what makes one catalogue of them."""
