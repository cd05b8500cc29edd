"""Activities, and the deliveries that they give: states, attempts, retries, routes."""
