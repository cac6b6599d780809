namespace GpuLm.PtxInterpreter.Execution;

enum WarpOutcome { Finished, Blocked, Yielded }

/// <summary>Runs a warp until it ends, meets a barrier, or has nothing to go on with.</summary>
static class WarpRunner
{
    /// <summary>
    /// After so many instructions another warp has its turn, so that one that waits for a flag cannot starve the one that sets it.
    /// </summary>
    const int Turn = 1 << 16;

    public static WarpOutcome Run(Warp warp, Instruction[] code, long[]? counts)
    {
        try
        {
            return RunUntilBlocked(warp, code, counts);
        }
        catch (Trap trap)
        {
            throw warp.Block.Fault(trap.Message, warp, trap.Lane);
        }
    }

    static WarpOutcome RunUntilBlocked(Warp warp, Instruction[] code, long[]? counts)
    {
        var lanes = warp.Lanes;
        lanes.Wake();
        long end = warp.Executed + Turn;
        while (lanes.Any)
        {
            if (!lanes.Take(out int place, out uint active))
            {
                if (lanes.AnyRests) return WarpOutcome.Yielded;
                warp.Counter = lanes.ParkedPlace;
                throw new Trap("the instruction needs lanes that never come to it: it stands in divergent code");
            }
            int next = lanes.NextAfter(place);
            while (active != 0)
            {
                if (place >= next)
                {
                    lanes.Put(place, active);
                    break;
                }
                var instruction = code[place];
                warp.Counter = place;
                uint mask = active;
                if (instruction.Guard >= 0) mask &= warp.Predicates[instruction.Guard] ^ instruction.GuardInversion;
                if (counts is not null) counts[place]++;
                warp.Executed++;
                if (mask == 0)
                {
                    place++;
                    continue;
                }
                warp.Mask = mask;
                warp.Whole = mask == warp.Live;
                if (instruction.Kind == InstructionKind.Plain)
                {
                    instruction.Execute(warp);
                    place++;
                    if (!warp.YieldRequested) continue;
                    warp.YieldRequested = false;
                    lanes.Put(place, active, rests: true);
                    if (!lanes.AnyAwake) return WarpOutcome.Yielded;
                    break;
                }
                if (instruction.Kind == InstructionKind.Branch)
                {
                    if (warp.Executed > end)
                    {
                        lanes.Put(place, active);
                        if (warp.Executed > warp.Block.Launch.InstructionLimit) throw new Trap("the warp passed the instruction limit");
                        return WarpOutcome.Yielded;
                    }
                    int target = ((Branch)instruction).Target;
                    if (mask == active && lanes.Alone)
                    {
                        place = target;
                        continue;
                    }
                    lanes.Put(target, mask);
                    lanes.Put(place + 1, active & ~mask);
                    break;
                }
                if (instruction.Kind == InstructionKind.Exit)
                {
                    warp.Live &= ~mask;
                    active &= ~mask;
                    lanes.Unpark();
                    place++;
                    continue;
                }
                uint ready = instruction.Ready(warp);
                if (ready == active && lanes.Alone)
                {
                    instruction.Execute(warp);
                    place++;
                    if (!warp.BlockRequested) continue;
                    warp.BlockRequested = false;
                    lanes.Put(place, active);
                    return WarpOutcome.Blocked;
                }
                lanes.Put(place, mask & ~ready, parked: true);
                lanes.Put(place + 1, active & ~mask);
                if (ready == 0) break;
                warp.Mask = ready;
                warp.Whole = ready == warp.Live;
                instruction.Execute(warp);
                lanes.Put(place + 1, ready);
                if (warp.BlockRequested)
                {
                    warp.BlockRequested = false;
                    return WarpOutcome.Blocked;
                }
                if (!lanes.Take(out place, out active)) throw new InvalidOperationException("A warp lost its running lanes.");
                next = lanes.NextAfter(place);
            }
        }
        return WarpOutcome.Finished;
    }
}
