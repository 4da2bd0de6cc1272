// Placeholder: the door opens when its first export is written.
export {}
