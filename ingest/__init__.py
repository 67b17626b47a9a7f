"""Taking documents in: files become the lines of a document, which people then confirm."""
