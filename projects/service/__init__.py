"""企业诉求 (帮办代办) and 监督热线: cases from their receipt to their result, and the company's own link."""
