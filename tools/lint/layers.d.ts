export function layerFault(file: string, name: string): string | undefined;
