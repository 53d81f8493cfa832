/** The one origin of the desk's pages in Electron. */
export const appOrigin = 'app://desk';
