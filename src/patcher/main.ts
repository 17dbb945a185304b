// The program that goes onto the nodes, with what runs there and nothing else.
import { NODE_COMMANDS } from './node-commands';
import { runProgram } from './program';

runProgram(NODE_COMMANDS);
