"""Messages to offices and operators: they wait until every channel has taken them."""
