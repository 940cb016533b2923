// SPDX-License-Identifier: Apache-2.0

/**
 * The main class of jcstress.jar, and JCStress's own command line. This package may import the
 * packages below it, and none of them may import this one.
 */
package nocowrace.stress.driver;
