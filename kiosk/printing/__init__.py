"""Everything on paper: what a slip says (`document`), how it becomes bytes, text, HTML or a picture (pure), which slips
were issued (`slips`) and what became of each print job (`jobs`). Knows no port, no cable and no printer library."""
