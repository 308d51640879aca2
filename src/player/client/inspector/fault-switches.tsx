// Switches for what may go wrong on the way; they stay on until they are put off.

import type { JSX } from "preact";
import { FAULT_NAMES, type Faults, FAULTS } from "../faults.ts";
import { usePlayer } from "../player-context.ts";

export function FaultSwitches({ faults }: { readonly faults: Faults }): JSX.Element {
  const player = usePlayer();
  return (
    <section class="faults" aria-label="Faults">
      <h3>Make something go wrong</h3>
      <div class="fault-row">
        {FAULT_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            class="fault"
            role="switch"
            aria-checked={faults.has(name)}
            title={FAULTS[name].effect}
            onClick={() => player.setFault(name, !faults.has(name))}
          >
            {FAULTS[name].label}
          </button>
        ))}
      </div>
      {[...faults].map((name) => (
        <p key={name} class="fault-effect">
          {FAULTS[name].effect}
        </p>
      ))}
    </section>
  );
}
