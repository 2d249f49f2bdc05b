"""Coverage of every interval of this project, by enumeration or seeded simulation, against the figures it rests on."""
