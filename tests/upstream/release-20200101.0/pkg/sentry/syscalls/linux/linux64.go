package linux

// Shared by both tables.
const auditNumber = 1
