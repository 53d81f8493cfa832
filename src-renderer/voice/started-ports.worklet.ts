/**
 * Loaded into a worklet before @sapphi-red/web-noise-suppressor, whose processors (0.4.1) listen on a port that they
 * never start: they would not hear that they are to end, and a context with a live processor is never given back.
 */

interface Processor {
  readonly port: MessagePort;
}
type ProcessorClass = new (...given: never[]) => Processor;

/** What an audio worklet's global scope has; lib.dom knows the page's side only. */
declare let registerProcessor: (name: string, made: ProcessorClass) => void;

const register = registerProcessor;
Object.assign(globalThis, {
  registerProcessor: (name: string, made: ProcessorClass) => {
    const started = new Proxy(made, {
      construct: (target, given: never[], newTarget) => {
        const processor = Reflect.construct(target, given, newTarget) as Processor;
        processor.port.start();
        return processor;
      },
    });
    register(name, started);
  },
});
