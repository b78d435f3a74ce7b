// People read feet; the maps compute in meters.
export const METERS_PER_FOOT = 0.3048;
