"""The statements of revision log0001, in the words of each database."""
