"""What a cell holds, and where: values, periods, headers, addresses."""
