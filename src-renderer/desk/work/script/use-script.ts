import { useState } from 'react';
import {
  answersOf,
  scriptProgress,
  stepNow,
  withScriptAnswer,
  type Draft,
} from '#shared/model/draft.ts';
import type { Json, JsonObject } from '#shared/model/json.ts';
import {
  isOpen,
  nextStep,
  stepsTaken,
  type Script,
  type ScriptStep,
} from '#shared/model/script.ts';

export interface ScriptWalk {
  readonly now: ScriptStep;
  readonly at: number;
  readonly of: number;
  /** Steps before the one shown, in the order they were walked. */
  readonly before: readonly ScriptStep[];
  readonly answers: JsonObject;
  readonly last: boolean;
  /** There is no way on before the question has an answer. */
  readonly stuck: boolean;
  /** Next was wanted, but the question has no answer yet. */
  readonly answerMissing: boolean;
  /** Counts the moves a person made: the focus follows them, and nothing else. */
  readonly moves: number;
  readonly next: () => void;
  readonly back: () => void;
  readonly goTo: (stepId: string) => void;
  readonly answer: (step: ScriptStep, value: Json | undefined) => void;
}

/** Leads through a script: the step shown and every move are kept in the draft. */
export function useScript(
  script: Script,
  draft: Draft,
  formSchema: JsonObject | undefined,
  change: (make: (draft: Draft) => Draft) => void,
): ScriptWalk | undefined {
  const [missingAt, setMissingAt] = useState<string>();
  const [moves, setMoves] = useState(0);
  const now = stepNow(draft, script);
  if (!now) return undefined;
  const answers = answersOf(draft);
  const taken = stepsTaken(script, answers);
  const index = taken.indexOf(now);
  const following = nextStep(script, now, answers);
  const open = isOpen(now, answers);
  const stuck = open && (now.ask?.required === true || !following);

  const goTo = (stepId: string): void => {
    setMissingAt(undefined);
    setMoves((count) => count + 1);
    change((before) => ({ ...before, step: stepId }));
  };
  return {
    now,
    before: taken.slice(0, Math.max(index, 0)),
    answers,
    ...scriptProgress(draft, script),
    last: !following && !open,
    stuck,
    answerMissing: missingAt === now.id && stuck,
    moves,
    next: () => {
      if (stuck) setMissingAt(now.id);
      else if (following) goTo(following.id);
    },
    back: () => {
      const previous = taken[index - 1];
      if (previous) goTo(previous.id);
    },
    goTo,
    answer: (step, value) => {
      const name = step.ask?.name;
      if (name !== undefined)
        change((before) =>
          // The step shown stays the step shown, whatever way the new answer opens.
          withScriptAnswer({ ...before, step: before.step ?? now.id }, name, value, formSchema),
        );
    },
  };
}
