"""The health check (项目体检): four rules over all projects, and the rectification slips that follow."""
