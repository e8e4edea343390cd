"""Assessment (考核): measures, scoring, schemes, confirmed results, scorecards."""
