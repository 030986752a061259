"""The linear face: lessons as printed text and prompts."""
